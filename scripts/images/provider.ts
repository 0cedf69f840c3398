import { type Step, say, step } from '../cli/progress.ts';
import { UserError } from '../cli/user-error.ts';
import { buildImage, imagesFolder } from './build.ts';
import { findImage, type ImageSpec, required, type Versions } from './catalogue.ts';
import { contentHash } from './content-hash.ts';
import { assertCanBuild } from './host.ts';
import { findLocalImage } from './local-image.ts';
import { parseSource, planImage, type Source } from './plan.ts';
import { type PullResult, pull } from './registry.ts';
import { hasSaved, loadSaved, save } from './saved-image.ts';

/** A log does not want a build's every line; a terminal shows them on the step's own. */
const progress = (current: Step): ((line: string) => void) =>
  process.stderr.isTTY ? (line) => current.note(line.replace(/^#\d+ (?:[\d.]+ )?/, '')) : () => undefined;

/** Provides images one by one. What was asked for twice, or is another's parent, is done once. */
export class Provider {
  readonly #versions: Versions;
  readonly #source: Source;
  readonly #underWay = new Map<string, Promise<void>>();
  /** Whether an image registry answered, once that is known. */
  #registry: Promise<boolean> | undefined;

  constructor(versions: Versions) {
    this.#versions = versions;
    this.#source = parseSource(versions.COFFEE_IMAGES);
  }

  /** Resolves when the image is there. A failure is not remembered: asking again tries again. */
  provide(image: ImageSpec, signal: AbortSignal): Promise<void> {
    const running = this.#underWay.get(image.name);
    if (running) return running;
    const work = this.#provide(image, signal).catch((error: unknown) => {
      this.#underWay.delete(image.name);
      throw error;
    });
    this.#underWay.set(image.name, work);
    return work;
  }

  async #provide(image: ImageSpec, signal: AbortSignal): Promise<void> {
    const hash = await contentHash(image, this.#versions, imagesFolder);
    const local = await findLocalImage(image.name, this.#reference(image), signal);
    if (planImage(local, hash) === 'use') return;
    if (!image.own) {
      if (image.group !== undefined && this.#source !== 'build' && (await this.#pull(image, signal))) return;
      if (image.onlyPulled)
        throw new UserError(
          `${this.#reference(image)} is not built here.`,
          'Where an image registry answers it is pulled; elsewhere `docker load` brings it in.',
        );
      await assertCanBuild();
    }
    await this.#build(image, hash, signal);
  }

  #reference(image: ImageSpec): string {
    return required(this.#versions, image.variable);
  }

  /** Pulls the image; the first pull also finds out whether there is a registry at all. */
  async #pull(image: ImageSpec, signal: AbortSignal): Promise<boolean> {
    if (this.#registry !== undefined && !(await this.#registry)) return false;
    const probing = this.#registry === undefined;
    const attempt = this.#tryPull(image, signal, probing);
    // An interrupted attempt says nothing about the registry.
    this.#registry ??= attempt.then(
      ({ answered }) => answered,
      () => false,
    );
    return (await attempt).failure === undefined;
  }

  async #tryPull(image: ImageSpec, signal: AbortSignal, probing: boolean): Promise<PullResult> {
    const reference = this.#reference(image);
    const title = probing ? `Asking for an image registry, with ${reference}` : `Pulling ${reference}`;
    const outcome = await step(title, async (current) => {
      const result = await pull(reference, signal, progress(current));
      if (result.failure !== undefined && this.#source === 'pull') {
        throw new UserError(
          `${reference} cannot be pulled: ${result.failure}`,
          'COFFEE_IMAGES=auto builds it.',
        );
      }
      return result;
    });
    if (outcome.failure !== undefined) {
      say(
        `  ${outcome.answered ? `${reference} cannot be pulled` : 'No image registry answers'}: ${outcome.failure}`,
      );
    }
    return outcome;
  }

  async #build(image: ImageSpec, hash: string, signal: AbortSignal): Promise<void> {
    const reference = this.#reference(image);
    if (image.expensive && hasSaved(image.name, hash)) {
      await step(`Loading ${reference} from the cache`, () => loadSaved(image.name, hash, signal));
      return;
    }
    for (const parent of image.parents) await this.provide(findImage(parent), signal);
    await step(`Building ${reference}`, async (current) => {
      await buildImage(image, this.#versions, hash, signal, progress(current));
      if (image.expensive) await save(image.name, reference, hash, signal);
    });
  }
}
