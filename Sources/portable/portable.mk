# Targets for the top-level Makefile to include; run in the package's root.
#
#   portable        .build-portable/{muster-agent,muster,cellpipe}: a file each for other x86-64 distributions, and
#                   NAME.debug beside each, the same with its symbols
#   check-portable  run these files in an empty root
#
# What they need of Debian 12 stands in PORTABLE_PACKAGES.

portable_goal := $(.DEFAULT_GOAL)
portable_dir := $(dir $(lastword $(MAKEFILE_LIST)))
PORTABLE_OUT ?= .build-portable
PORTABLE_PACKAGES := dpkg-dev binutils gcc g++ libc6-dev make xz-utils libsodium-dev libzmq3-dev libssh-dev libssl-dev \
 zlib1g-dev libsqlite3-dev libyaml-dev libtiff-dev libwebp-dev libzstd-dev liblzma-dev liblerc-dev libjbig-dev \
 libjpeg62-turbo-dev libdeflate-dev
PORTABLE_PROGRAMS := muster-agent muster cellpipe

.PHONY: portable check-portable

portable:
	@[ "$$(uname -m)" = x86_64 ] || { echo "portable: made for x86-64 only, this is $$(uname -m)" >&2; exit 1; }
	$(MAKE) --no-print-directory -s -f $(portable_dir)pieces.mk O=$(PORTABLE_OUT)
	@for program in $(PORTABLE_PROGRAMS); do sh $(portable_dir)program.sh $(PORTABLE_OUT) $$program || exit 1; done

check-portable: portable
	sh $(portable_dir)check-empty-root.sh $(addprefix $(PORTABLE_OUT)/,$(PORTABLE_PROGRAMS))

# Including this file first does not make its first target the default.
.DEFAULT_GOAL := $(portable_goal)
