import { type Menu, menu } from '#contracts/http/menu.ts';
import type { Database } from '#platform/database/database.ts';
import type { MenuSource } from '../menu-cache.ts';

// One statement, so that version and content are of one snapshot. A product without a size can't be ordered and is
// left out.
const loadMenu = `
  select v.version, v.currency, coalesce(jsonb_agg(p.product order by p.position, p.id), '[]') as products
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
  group by v.version, v.currency`;

/** The menu in PostgreSQL, schema `menu`. Rejects when the schema is not there yet or a price is not valid. */
export function createMenuSource(database: Database): MenuSource {
  return {
    async version() {
      const row: { version: number } | undefined = await database('menu.version').first('version');
      if (!row) throw new Error('menu.version is empty');
      return row.version;
    },
    async load(): Promise<Menu> {
      const { rows } = (await database.raw(loadMenu)) as { rows: unknown[] };
      return menu.parse(rows[0]);
    },
  };
}
