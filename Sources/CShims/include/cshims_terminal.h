#ifndef CSHIMS_TERMINAL_H
#define CSHIMS_TERMINAL_H

#include <stdint.h>

/// Columns of a terminal that a Unicode scalar takes by the C library's tables for Unicode, whatever the user's locale:
/// 0 to 2, or -1 for what can't be shown. 1 for all where the system has no such tables. From any thread.
int cshims_columns(uint32_t scalar);

#endif
