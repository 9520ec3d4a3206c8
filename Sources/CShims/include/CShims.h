#include "cshims_threading.h"
