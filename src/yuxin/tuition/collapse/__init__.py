"""The collapse of an institution: releases frozen, claims listed, families paid in order."""
