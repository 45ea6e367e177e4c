// The nodes a walk stands on. Kept from one question to the next, so that asking allocates nothing.

/** Up to so many nodes are looked through one by one, which touches less memory than to look them up. */
const FEW = 12;

/** Nodes, each with the rank of the end of the way there that lasts longest. */
export class Front {
  size = 0;
  nodes = new Int32Array(64);
  ranks = new Int32Array(64);
  /** Where a node is, of many, by the fours of its cell; what was written under an older stamp does not count. */
  #stamp = 0;
  #stamps = new Int32Array(0);
  #places = new Int32Array(0);

  clear(): void {
    this.size = 0;
  }

  /** Stands on a node, of a graph of so many cells. */
  add(node: number, rank: number, cells: number): void {
    const place = this.#placeOf(node);
    if (place >= 0) {
      if (this.ranks[place]! < rank) this.ranks[place] = rank;
      return;
    }
    if (this.size === this.nodes.length) this.#grow();
    this.nodes[this.size] = node;
    this.ranks[this.size] = rank;
    this.size += 1;
    if (this.size === FEW) this.#startPlaces(cells);
    else if (this.size > FEW) this.#stampPlace(this.size - 1);
  }

  /** The rank at a node; 0 where the walk does not stand. */
  rankOf(node: number): number {
    const place = this.#placeOf(node);
    return place < 0 ? 0 : this.ranks[place]!;
  }

  #placeOf(node: number): number {
    if (this.size >= FEW) return this.#stamps[node >> 2] === this.#stamp ? this.#places[node >> 2]! : -1;
    for (let place = 0; place < this.size; place += 1) if (this.nodes[place] === node) return place;
    return -1;
  }

  #startPlaces(cells: number): void {
    const numbers = (cells >> 2) + 1;
    if (this.#stamps.length < numbers || this.#stamp === 0x7fffffff) {
      this.#stamps = new Int32Array(numbers);
      this.#places = new Int32Array(numbers);
      this.#stamp = 0;
    }
    this.#stamp += 1;
    for (let place = 0; place < this.size; place += 1) this.#stampPlace(place);
  }

  #stampPlace(place: number): void {
    const number = this.nodes[place]! >> 2;
    this.#stamps[number] = this.#stamp;
    this.#places[number] = place;
  }

  #grow(): void {
    const [nodes, ranks] = [this.nodes, this.ranks];
    this.nodes = new Int32Array(this.size * 2);
    this.ranks = new Int32Array(this.size * 2);
    this.nodes.set(nodes);
    this.ranks.set(ranks);
  }
}
