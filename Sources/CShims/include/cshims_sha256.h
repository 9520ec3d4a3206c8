#ifndef CSHIMS_SHA256_H
#define CSHIMS_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Takes `count` blocks of 64 bytes into the state of a SHA-256 (FIPS 180-4, section 6.2.2): by the instructions that the
/// CPU has for it where `fast` is asked for and it has them, else by plain C.
void cshims_sha256_blocks(uint32_t state[8], const uint8_t *blocks, size_t count, bool fast);

/// Whether this CPU has the instructions.
bool cshims_sha256_is_fast(void);

#endif
