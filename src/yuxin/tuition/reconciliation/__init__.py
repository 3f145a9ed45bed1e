"""Day by day and account by account: what the bank says beside what the books say."""
