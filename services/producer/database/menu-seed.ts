type Priced = readonly [id: string, priceCents: number];

interface SeedProduct {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  readonly sizes: readonly Priced[];
  readonly options: readonly string[];
}

/** The options of the first menu: key, name, what it adds to the price in cents. */
export const seedOptions: readonly (readonly [id: string, name: string, priceCents: number])[] = [
  ['extra-shot', 'Extra shot', 90],
  ['decaf', 'Decaf', 0],
  ['oat-milk', 'Oat milk', 70],
  ['soy-milk', 'Soy milk', 60],
  ['lactose-free', 'Lactose-free milk', 40],
  ['vanilla-syrup', 'Vanilla syrup', 60],
  ['caramel-syrup', 'Caramel syrup', 60],
  ['whipped-cream', 'Whipped cream', 50],
  ['extra-ice', 'Extra ice', 0],
  ['lemon', 'Lemon', 20],
  ['butter', 'Butter', 50],
  ['warmed', 'Warmed', 0],
];

const shots = ['extra-shot', 'decaf'];
const milks = ['oat-milk', 'soy-milk', 'lactose-free'];
const syrups = ['vanilla-syrup', 'caramel-syrup'];
const milkCoffee = [...shots, ...milks, ...syrups];

const cups = (small: number, medium: number, large: number): Priced[] => [
  ['small', small],
  ['medium', medium],
  ['large', large],
];

/** The first menu, prices in cents. Later menus are made with SQL: the version grows by itself. */
export const seedProducts: readonly SeedProduct[] = [
  {
    id: 'espresso',
    name: 'Espresso',
    category: 'coffee',
    sizes: [
      ['single', 280],
      ['double', 360],
    ],
    options: shots,
  },
  { id: 'americano', name: 'Americano', category: 'coffee', sizes: cups(320, 370, 420), options: shots },
  {
    id: 'cappuccino',
    name: 'Cappuccino',
    category: 'coffee',
    sizes: cups(390, 450, 510),
    options: milkCoffee,
  },
  { id: 'latte', name: 'Caffè latte', category: 'coffee', sizes: cups(410, 470, 530), options: milkCoffee },
  {
    id: 'flat-white',
    name: 'Flat white',
    category: 'coffee',
    sizes: [
      ['medium', 440],
      ['large', 500],
    ],
    options: milkCoffee,
  },
  {
    id: 'mocha',
    name: 'Mocha',
    category: 'coffee',
    sizes: cups(450, 510, 570),
    options: [...milkCoffee, 'whipped-cream'],
  },
  {
    id: 'filter-coffee',
    name: 'Filter coffee',
    category: 'coffee',
    sizes: cups(300, 350, 400),
    options: milks,
  },
  {
    id: 'cold-brew',
    name: 'Cold brew',
    category: 'cold',
    sizes: [
      ['medium', 460],
      ['large', 520],
    ],
    options: [...milks, ...syrups, 'extra-ice'],
  },
  {
    id: 'iced-tea',
    name: 'Iced tea',
    category: 'cold',
    sizes: [
      ['medium', 380],
      ['large', 430],
    ],
    options: ['lemon', 'extra-ice'],
  },
  {
    id: 'chai',
    name: 'Chai',
    category: 'tea',
    sizes: cups(400, 460, 520),
    options: [...milks, 'vanilla-syrup'],
  },
  {
    id: 'green-tea',
    name: 'Green tea',
    category: 'tea',
    sizes: [
      ['medium', 330],
      ['large', 370],
    ],
    options: ['lemon'],
  },
  {
    id: 'croissant',
    name: 'Croissant',
    category: 'bakery',
    sizes: [['regular', 320]],
    options: ['butter', 'warmed'],
  },
  {
    id: 'banana-bread',
    name: 'Banana bread',
    category: 'bakery',
    sizes: [['slice', 360]],
    options: ['butter', 'warmed'],
  },
];
