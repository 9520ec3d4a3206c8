# The pieces that the portable programs are linked from, all under $(O):
#   lib/libzmq.a     libzmq with CURVE and nothing else, from Debian's source package
#   lib/lib*.a       Debian's own archives of the other libraries
#   root/            a link-time root that offers what glibc 2.28 offers (mkstub.sh)
#   compat.o, gss.o  the few functions that these archives expect beside that (compat.c, gss.c)
# Used by portable.mk; alone: make -f Sources/portable/pieces.mk O=.build-portable

O ?= .build-portable
here := $(dir $(lastword $(MAKEFILE_LIST)))
apt := $(abspath $(O))/apt
libdir := /usr/lib/x86_64-linux-gnu
archives := $(patsubst %,$(O)/lib/lib%.a,sodium ssh crypto z sqlite3 yaml tiff webp zstd lzma Lerc jbig \
 jpeg deflate)

.PHONY: pieces
pieces: $(O)/lib/libzmq.a $(archives) $(O)/root/stamp $(O)/compat.o $(O)/gss.o

# The source comes from the mirror that this machine's apt already uses, checked with Debian's keys; apt's own lists
# and settings stay as they are.
$(O)/zmq/fetched:
	rm -rf $(O)/zmq && mkdir -p $(apt)/lists/partial $(apt)/cache/archives/partial $(O)/zmq
	. /etc/os-release && \
	 mirror=$$(apt-get indextargets --format '$$(REPO_URI)' 'Created-By: Packages' "Release: $$VERSION_CODENAME" | head -n 1) && \
	 { [ -n "$$mirror" ] || { echo "no mirror of $$VERSION_CODENAME in apt's sources: is this Debian?" >&2; exit 1; }; } && \
	 echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $$mirror $$VERSION_CODENAME main" > $(apt)/sources.list
	options="-qq -o Dir::Etc::sourcelist=$(apt)/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$(apt)/lists \
	 -o Dir::Cache=$(apt)/cache -o APT::Sandbox::User=" && \
	 apt-get $$options update && cd $(O)/zmq && apt-get $$options source zeromq3 && mv zeromq3-*/ src
	touch $@

# Transports and mechanisms that the agent does not speak.
skipped := ws_connecter ws_engine ws_listener ws_address ws_decoder ws_encoder wss_engine wss_address norm_engine \
 pgm_socket pgm_receiver pgm_sender gssapi_client gssapi_server gssapi_mechanism_base tweetnacl

$(O)/lib/libzmq.a: $(O)/zmq/fetched $(here)platform.hpp $(here)pieces.mk
	rm -rf $(O)/zmq/objects && mkdir -p $(O)/zmq/objects $(O)/lib
	cd $(O)/zmq/src/src && ls *.cpp | sed 's/\.cpp$$//' | grep -vxF "$$(printf '%s\n' $(skipped))" | \
	 xargs -P "$$(nproc)" -I NAME $(CXX) -std=gnu++11 -O2 -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections \
	 -DNDEBUG -D_GNU_SOURCE -DZMQ_CUSTOM_PLATFORM_HPP -I $(abspath $(here)) -I ../include -I . -I ../external -w \
	 -c NAME.cpp -o ../../objects/NAME.o
	rm -f $@ && ar rcs $@ $(O)/zmq/objects/*.o

$(archives): $(O)/lib/%: $(libdir)/%
	mkdir -p $(O)/lib && cp $< $@

$(O)/root/stamp: $(here)glibc-2.28.syms $(here)mkstub.sh $(here)start.S
	sh $(here)mkstub.sh $(here)glibc-2.28.syms $(O)/root
	touch $@

$(O)/compat.o $(O)/gss.o: $(O)/%.o: $(here)%.c
	mkdir -p $(O) && $(CC) -O2 -fPIC -Wall -Wextra -Werror -fno-builtin -c $< -o $@
