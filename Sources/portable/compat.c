/* What this machine's compilers, archives and headers expect of glibc and what glibc 2.28 does not have (x86-64).
 * Everything is hidden: libraries that are loaded later, such as NVML, keep using their own C library. */
#define _GNU_SOURCE
#include <errno.h>
#include <link.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/random.h>
#include <sys/types.h>

#define HIDDEN __attribute__((visibility("hidden")))

/* stat and its family, functions of libc since 2.33. Before, programs carried them and called these, with a version
 * of the structure that is 1 on x86-64; stat64 has the same layout there. Declared here and not by sys/stat.h, whose
 * own declarations would clash. */
struct stat;
extern int __xstat(int, const char *, struct stat *);
extern int __lxstat(int, const char *, struct stat *);
extern int __fxstat(int, int, struct stat *);
extern int __fxstatat(int, int, const char *, struct stat *, int);
extern int __xmknod(int, const char *, mode_t, dev_t *);
extern int __xmknodat(int, int, const char *, mode_t, dev_t *);

enum { stat_version = 1, mknod_version = 0 };

HIDDEN int stat(const char *path, struct stat *out) { return __xstat(stat_version, path, out); }
HIDDEN int stat64(const char *path, struct stat *out) { return __xstat(stat_version, path, out); }
HIDDEN int lstat(const char *path, struct stat *out) { return __lxstat(stat_version, path, out); }
HIDDEN int lstat64(const char *path, struct stat *out) { return __lxstat(stat_version, path, out); }
HIDDEN int fstat(int fd, struct stat *out) { return __fxstat(stat_version, fd, out); }
HIDDEN int fstat64(int fd, struct stat *out) { return __fxstat(stat_version, fd, out); }
HIDDEN int fstatat(int dir, const char *path, struct stat *out, int flags) {
    return __fxstatat(stat_version, dir, path, out, flags);
}
HIDDEN int fstatat64(int dir, const char *path, struct stat *out, int flags) {
    return __fxstatat(stat_version, dir, path, out, flags);
}
HIDDEN int mknod(const char *path, mode_t mode, dev_t device) { return __xmknod(mknod_version, path, mode, &device); }
HIDDEN int mknodat(int dir, const char *path, mode_t mode, dev_t device) {
    return __xmknodat(mknod_version, dir, path, mode, &device);
}

/* 2.29: Foundation's Process with a working directory. Nothing of muster starts children that way. */
HIDDEN int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *folder) {
    (void)actions, (void)folder;
    return ENOSYS;
}

/* 2.32: libstdc++ skips atomic operations while this is true. */
HIDDEN char __libc_single_threaded = 0;

/* 2.36: libstdc++'s std::random_device. */
HIDDEN uint32_t arc4random(void) {
    uint32_t value = 0;
    while (getrandom(&value, sizeof value, 0) != sizeof value) {}
    return value;
}

/* 2.35: how the unwinder of GCC 12 finds the frame table of the object that holds an address. */
struct search {
    uintptr_t address;
    struct dl_find_object *found;
};

static int holds_address(struct dl_phdr_info *object, size_t size, void *context) {
    (void)size;
    struct search *search = context;
    uintptr_t low = UINTPTR_MAX, high = 0;
    const ElfW(Phdr) *frames = NULL;
    int inside = 0;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        uintptr_t start = object->dlpi_addr + segment->p_vaddr;
        uintptr_t end = start + segment->p_memsz;
        if (segment->p_type == PT_GNU_EH_FRAME) frames = segment;
        if (segment->p_type != PT_LOAD) continue;
        if (start < low) low = start;
        if (end > high) high = end;
        if (search->address >= start && search->address < end) inside = 1;
    }
    if (!inside || !frames) return 0;
    *search->found = (struct dl_find_object){
        .dlfo_map_start = (void *)low,
        .dlfo_map_end = (void *)high,
        .dlfo_eh_frame = (void *)(object->dlpi_addr + frames->p_vaddr),
    };
    return 1;
}

HIDDEN int _dl_find_object(void *address, struct dl_find_object *found) {
    struct search search = {.address = (uintptr_t)address, .found = found};
    return dl_iterate_phdr(holds_address, &search) == 1 ? 0 : -1;
}
