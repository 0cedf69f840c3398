import type { Family, NamedTest } from '../mutation.ts';

const nginx = 'infrastructure/edge/nginx.conf.template';
const server = 'infrastructure/edge/server.conf.template';
const modsecurity = 'infrastructure/edge/modsecurity.conf';
const settings = 'infrastructure/edge/crs-settings.conf';
const start = 'infrastructure/edge/start.sh';
const suite =
  (name: string) =>
  (title: string): NamedTest => ({ project: 'edge', file: `e2e/edge/${name}.test.ts`, name: title });
const firewall = suite('firewall');
const limits = suite('limits');
const entrance = suite('entrance');
const blocked = firewall('attacks > are blocked, every one');
const logged = firewall(
  'attacks > are logged with the id of the request and the rule, without headers and bodies',
);
const legal = firewall('legal requests > pass, every one, and get the answer of the producer');
const address = entrance('the address of a client is the one of its connection, whatever its headers say');

/** What comes from outside meets the edge first (decision 17). */
export const edge: Family = {
  name: 'edge',
  mutations: [
    {
      name: 'firewall',
      guard: 'every request goes through ModSecurity',
      file: nginx,
      find: 'modsecurity on;',
      replace: 'modsecurity off;',
      test: blocked,
    },
    {
      name: 'copies that are ready',
      guard: 'nothing is sent to a copy that starts or leaves while another one is ready',
      file: start,
      find: 'ready:-$*',
      replace: 'nothing:-$*',
      test: entrance('of several copies of the producer those are asked that are ready; all when none is'),
    },
    {
      name: 'reload',
      guard: 'a reload closes no connection under a request that is on its way',
      file: nginx,
      find: '  keepalive_min_timeout 20s;',
      replace: '',
      test: entrance('a connection that was idle when it reloaded is answered once more, and told to close'),
    },
    {
      name: 'nobody ready',
      guard: 'a service that is not ready is asked when there is no other',
      file: start,
      find: 'ready:-$*',
      replace: 'ready:-127.0.0.1',
      test: entrance('of several copies of the producer those are asked that are ready; all when none is'),
    },
    {
      name: 'firewall blocks',
      guard: 'an attack is refused, not only noted',
      file: modsecurity,
      find: 'SecRuleEngine On',
      replace: 'SecRuleEngine DetectionOnly',
      test: blocked,
    },
    {
      name: 'threshold',
      guard: 'one critical match blocks',
      file: settings,
      find: 'inbound_anomaly_score_threshold=5',
      replace: 'inbound_anomaly_score_threshold=50',
      test: blocked,
    },
    {
      name: 'bodies',
      guard: 'attacks in bodies are looked for',
      file: modsecurity,
      find: 'SecRequestBodyAccess On',
      replace: 'SecRequestBodyAccess Off',
      test: blocked,
    },
    {
      name: 'paths',
      guard: 'a path has only characters that our paths are made of',
      file: modsecurity,
      find: '"id:1010,phase:1,deny,',
      replace: '"id:1010,phase:1,pass,',
      test: blocked,
    },
    {
      name: 'broken bodies',
      guard: 'what can not be parsed can not be looked at, and does not pass',
      file: modsecurity,
      find: '"id:1002,phase:2,deny,',
      replace: '"id:1002,phase:2,pass,',
      test: firewall('legal requests > that are no JSON are refused as such'),
    },
    {
      name: 'cancellations',
      guard: 'orders can be cancelled through the edge',
      file: settings,
      find: 'GET HEAD POST DELETE',
      replace: 'GET HEAD POST',
      test: legal,
    },
    {
      name: 'prose',
      guard: 'what people write as a reason is no attack',
      file: 'infrastructure/edge/exclusions.conf',
      find: 'SecRuleUpdateTargetById 942350 "!ARGS:json.reason"',
      replace: '',
      test: legal,
    },
    {
      name: 'health is private',
      guard: "the services' health endpoints are not for the world",
      file: server,
      find: 'location ~ ^/(livez|readyz|startupz)$ {',
      replace: 'location = /nothing {',
      test: firewall('legal requests > do not reach the health endpoints of the producer'),
    },
    {
      name: 'logs without secrets',
      guard: 'neither headers nor bodies are logged',
      file: modsecurity,
      find: 'SecAuditLogParts AHZ',
      replace: 'SecAuditLogParts ABCHZ',
      test: logged,
    },
    {
      name: 'logs with the id',
      guard: 'a block can be found by the id of its request',
      file: nginx,
      find: 'modsecurity_transaction_id $edge_request_id;',
      replace: '',
      test: logged,
    },
    {
      name: 'logs without queries',
      guard: 'what people search for is not logged',
      file: nginx,
      find: '(?<edge_raw_path>/[^?# ]',
      replace: '(?<edge_raw_path>/[^# ]',
      test: entrance('the log has no query: what people search for is theirs'),
    },
    {
      name: 'blocks are counted',
      guard: 'blocks are a metric',
      file: 'infrastructure/edge/edge.js',
      find: "if (upstream && !/(502|504)$/.test(upstream)) return 'passed';",
      replace: "return 'passed';",
      test: firewall('attacks > are counted'),
    },
    {
      name: 'ids of requests',
      guard: 'no log line is forged by an id',
      file: nginx,
      find: '"~^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$" $http_x_request_id;',
      replace: '"~." $http_x_request_id;',
      test: entrance('the id of a request > is not short, whatever the client says'),
    },
    {
      name: 'TLS 1.2',
      guard: 'nothing older than TLS 1.2 is spoken',
      file: nginx,
      find: '  ssl_protocols TLSv1.2 TLSv1.3;\n  ssl_ciphers ',
      replace: '  ssl_protocols TLSv1.1 TLSv1.2 TLSv1.3;\n  ssl_ciphers ALL:@SECLEVEL=0:',
      test: entrance('TLS > is not TLSv1.1'),
    },
    {
      name: 'ciphers',
      guard: 'what is recorded today is not read tomorrow',
      file: nginx,
      find: '  ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:',
      replace: '  ssl_ciphers ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES128-GCM-SHA256:',
      test: entrance('TLS > has no cipher without forward secrecy or authentication of what it hides'),
    },
    {
      name: 'HSTS',
      guard: 'browsers come back by TLS only',
      file: server,
      find: 'add_header Strict-Transport-Security $edge_hsts always;',
      replace: '',
      test: entrance(
        'TLS > is asked for by browsers from now on, but not on localhost, whose other ports are others',
      ),
    },
    {
      name: 'producer is verified',
      guard: 'orders go to nobody but the producer',
      file: server,
      find: 'proxy_ssl_verify on;',
      replace: 'proxy_ssl_verify off;',
      test: entrance('a producer that speaks TLS > of another authority is not'),
    },
    {
      name: 'new certificates',
      guard: 'a new certificate is taken without a restart',
      file: start,
      find: 'reload_on_change &\n',
      replace: '',
      test: entrance(
        'a new certificate is taken while requests go on: none fails, and one under way is answered',
      ),
    },
    {
      name: 'trusted proxies',
      guard: "nobody's X-Forwarded-For is believed but a named proxy's",
      file: nginx,
      find: 'default direct;',
      replace: 'default proxied;',
      test: address,
    },
    {
      name: 'forwarding headers',
      guard: "a client's own forwarding headers end at the edge",
      file: server,
      find: 'proxy_set_header Forwarded "";',
      replace: '',
      test: address,
    },
    {
      name: 'rate',
      guard: 'one address can not take all requests',
      file: server,
      find: 'limit_req zone=requests ',
      replace: '# ',
      test: limits(
        'the rate of requests > is limited for each address, and the refusal says when to come back',
      ),
    },
    {
      name: 'connections',
      guard: 'one address can not take all connections',
      file: server,
      find: 'limit_conn connections ',
      replace: '# ',
      test: limits('connections are limited for each address'),
    },
    {
      name: 'silent connections',
      guard: 'one address can not take all connections by sending nothing (ADR 38)',
      file: nginx,
      find: 'limit_conn holders ',
      replace: '# ',
      test: limits(
        'connections that send nothing are limited for each address, and one that ends makes room for another',
      ),
    },
    {
      name: 'large bodies',
      guard: 'a body ends where the producer would refuse it',
      file: nginx,
      find: 'client_max_body_size 64k;',
      replace: 'client_max_body_size 1m;',
      test: limits('a body > of a byte more is refused'),
    },
    {
      name: 'unmeasured bodies',
      guard: 'a body that can not be read to its end holds no connection (ADR 39)',
      file: nginx,
      find: '"~ [^ ]+$" 1;',
      replace: '"~ [^ ]+$" 0;',
      test: limits(
        'a body of a length that is not told > is refused when it is too large, and leaves no connection behind',
      ),
    },
    {
      name: 'slow headers',
      guard: 'a client that sends its headers slowly holds no connection',
      file: nginx,
      find: 'client_header_timeout ',
      replace: 'client_header_timeout 60s; # ',
      test: limits('a slow client > that sends its headers one by one, for ever, is cut off'),
    },
    {
      name: 'slow bodies',
      guard: 'a client that stops in its body holds no connection',
      file: nginx,
      find: 'client_body_timeout ',
      replace: 'client_body_timeout 60s; # ',
      test: limits('a slow client > that stops in the middle of its body is cut off'),
    },
    {
      name: 'settings',
      guard: 'a setting is what it says, and no configuration of nginx',
      file: start,
      find: 'check_settings\nwrite_configuration',
      replace: 'write_configuration',
      test: limits('a wrong setting > of EDGE_TRUSTED_PROXIES stops the start with its name'),
    },
  ],
};
