export async function benchBaselines(..._: unknown[]): Promise<void> {}
