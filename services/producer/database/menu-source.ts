import { menu } from '#contracts/http/menu.ts';
import type { Database } from '#platform/database/database.ts';
import type { MenuSource, RevisedMenu } from '../menu-cache.ts';

const revision = "v.version || '@' || extract(epoch from v.changed_at)";

// One statement, so that version and content are of one snapshot. A product without a size can't be ordered and is
// left out.
const loadMenu = `
  select ${revision} as revision, v.version, v.currency, coalesce(jsonb_agg(p.product order by p.position, p.id), '[]') as products
  from menu.version v
  left join (
    select p.id, p.position, jsonb_build_object(
      'id', p.id,
      'name', p.name,
      'category', p.category,
      'sizes', (
        select jsonb_agg(jsonb_build_object('id', s.id, 'priceCents', s.price_cents) order by s.position, s.id)
        from menu.product_sizes s where s.product_id = p.id
      ),
      'options', (
        select coalesce(jsonb_agg(
          jsonb_build_object('id', o.id, 'name', o.name, 'priceCents', o.price_cents) order by o.position, o.id), '[]')
        from menu.product_options po join menu.options o on o.id = po.option_id where po.product_id = p.id
      )
    ) as product
    from menu.products p
    where exists (select from menu.product_sizes s where s.product_id = p.id)
  ) p on true
  group by v.version, v.currency, v.changed_at`;

/** The menu in PostgreSQL, schema `menu`. Rejects when the schema is not there yet or a price is not valid. */
export function createMenuSource(database: Database): MenuSource {
  return {
    async revision() {
      const { rows } = await database.raw<{ rows: { revision: string }[] }>(
        `select ${revision} as revision from menu.version v`,
      );
      const [row] = rows;
      if (!row) throw new Error('menu.version is empty');
      return row.revision;
    },
    async load(): Promise<RevisedMenu> {
      const { rows } = await database.raw<{ rows: { revision: string }[] }>(loadMenu);
      const [row] = rows;
      if (!row) throw new Error('menu.version is empty');
      return { revision: row.revision, menu: menu.parse(row) };
    },
  };
}
