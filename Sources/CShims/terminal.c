#define _GNU_SOURCE
#include "cshims_terminal.h"

#include <locale.h>
#include <pthread.h>
#include <wchar.h>

static locale_t unicode;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void find(void)
{
    static const char *const names[] = {"C.UTF-8", "en_US.UTF-8", ""};
    for (size_t i = 0; i < sizeof names / sizeof *names && unicode == (locale_t)0; i++)
        unicode = newlocale(LC_CTYPE_MASK, names[i], (locale_t)0);
}

int cshims_columns(uint32_t scalar)
{
    pthread_once(&once, find);
    if (unicode == (locale_t)0)
        return 1;
    // The locale is this thread's alone, and only for the question.
    locale_t before = uselocale(unicode);
    int columns = wcwidth((wchar_t)scalar);
    uselocale(before);
    return columns;
}
