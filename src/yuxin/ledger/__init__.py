"""The escrow ledger: what every family's contract holds, bucket by bucket, to the fen."""
