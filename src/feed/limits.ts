// How much of an export is believed: beyond these bounds it is hostile, whatever it says.

export const limits = {
  /** Entries of a folder or an archive. */
  entries: 10_000,
  /** Bytes of one file, decompressed. */
  fileBytes: 4 * 2 ** 30,
  /** Bytes of a whole export, decompressed. */
  batchBytes: 64 * 2 ** 30,
  /** Times an archive may grow when decompressed; real exports grow about 21 times. */
  ratio: 200,
  /** Bytes before the ratio is looked at. */
  ratioFrom: 16 * 2 ** 20,
  /** Elements inside each other; an export has five. */
  depth: 8,
  /** Characters without a tag, a text or a comment coming to an end. */
  silence: 2 ** 20,
  /** Characters of one value. */
  value: 32_768,
  /** Characters of one part of a value: an id, a code, a label. */
  part: 250,
  /** Values of one attribute. */
  values: 5_000,
  /** Attributes of one record. */
  attributes: 500,
  /** Characters of the values kept of one record. */
  record: 2 ** 18,
  /** Schools, subjects, or levels, which are read as lists; an academy has a few thousand of each at most. */
  listed: 50_000,
  /** Characters of what is kept of all the records of one school. */
  school: 2 ** 25,
} as const;

/** The share of a school's persons that may leave it at once before a human is asked. */
export const DEPARTURES = 0.2;
