#ifndef CSHIMS_FILES_H
#define CSHIMS_FILES_H

/// renameat2(2) with RENAME_NOREPLACE: 0, or -1 with errno, EEXIST where something of the new name is there; on file systems
/// that can't do it by link(2) and unlink(2).
int cshims_rename_new(const char *from, const char *to);

/// syncfs(2): all that was written to the file system of `fd` is on its disk; 0, or -1 with errno.
int cshims_syncfs(int fd);

#endif
