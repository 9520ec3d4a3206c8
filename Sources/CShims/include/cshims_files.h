#ifndef CSHIMS_FILES_H
#define CSHIMS_FILES_H

/// renameat2(2) with RENAME_NOREPLACE: 0, or -1 with errno, EEXIST where something of the new name is there; on file systems
/// that can't do it by link(2) and unlink(2).
int cshims_rename_new(const char *from, const char *to);

/// syncfs(2): all that was written to the file system of `fd` is on its disk; 0, or -1 with errno.
int cshims_syncfs(int fd);

/// A new file of no name that can be read and written, on the file system of `folder`: its descriptor, or -1 with errno where that
/// can't be had. It is gone with the descriptor unless `cshims_file_name` gives it a name.
int cshims_file_unnamed(const char *folder, unsigned mode);

/// Gives a file of `cshims_file_unnamed` a name that nothing has: 0, or -1 with errno, EEXIST where something has it.
int cshims_file_name(int fd, const char *path);

/// Makes the content of `to` that of `from` by sharing its blocks: 0, or -1 with errno where the file system can't.
int cshims_file_clone(int to, int from);

#endif
