"""Mirror mode: facts of contracts that live on the national platform or at a bank."""
