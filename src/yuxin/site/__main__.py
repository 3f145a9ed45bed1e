"""`python -m yuxin.site`: what `./yuxin` hands over to."""

import sys

from yuxin.site.command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
