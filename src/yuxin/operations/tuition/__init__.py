"""Acts of tuition: from the published course to the last fen of a refund."""
