/// The files of a run's programs as they were when it was submitted: the content of `code.json` in the run's folder.
public struct CodeFiles: Hashable, Sendable {
    /// One file.
    public struct File: Hashable, Sendable {
        /// Its absolute path as commands name it, on the machine that runs the jobs.
        public var path: String
        /// The stages that it is a program of.
        public var stages: [String]
        /// How it looked.
        public var look: CodeLook
        /// SHA-256 of its content; nil for a file above ``CodeFiles/mostRead``, which is known by its look alone.
        public var sha256: String?

        /// Describes a file.
        public init(path: String, stages: [String], look: CodeLook, sha256: String?) {
            (self.path, self.stages, self.look, self.sha256) = (path, stages, look, sha256)
        }

        /// By what its content is known.
        public var content: String { sha256 ?? look.content }
    }

    /// A repository that some of them lie in.
    public struct Repository: Hashable, Sendable {
        /// Its working tree, and the commit that was checked out; nil before the first one.
        public var root: String, commit: String?
        /// How many files were not as they are committed.
        public var changed: Int

        /// Describes a repository.
        public init(root: String, commit: String?, changed: Int) {
            (self.root, self.commit, self.changed) = (root, commit, changed)
        }
    }

    /// The files, and the repositories that they lie in.
    public var files: [File], repositories: [Repository]

    /// Of larger files nobody reads the content, in bytes.
    public static let mostRead: Int64 = 64 << 20

    /// Gathers them.
    public init(files: [File] = [], repositories: [Repository] = []) {
        (self.files, self.repositories) = (files, repositories)
    }

    /// `{"schema":1,"files":[{"path","stages","size","changed","sha256"}],"repositories":[{"root","commit","changed"}]}`.
    public var json: JSON {
        .object([
            "schema": 1,
            "files": .array(
                files.map { file in
                    .object([
                        "path": .string(file.path), "stages": .strings(file.stages), "size": .int(file.look.size),
                        "changed": .int(file.look.changed), "sha256": file.sha256.map(JSON.string),
                    ])
                }),
            "repositories": repositories.isEmpty
                ? nil
                : .array(
                    repositories.map {
                        .object([
                            "root": .string($0.root), "commit": $0.commit.map(JSON.string), "changed": .int($0.changed),
                        ])
                    }),
        ])
    }

    /// Reads what `json` writes; what is no file is left out.
    public init(json: JSON) {
        files = (json["files"]?.array ?? []).compactMap { file in
            guard let path = file["path"]?.string, let size = file["size"]?.int else { return nil }
            return File(
                path: path, stages: (file["stages"]?.array ?? []).compactMap(\.string),
                look: CodeLook(size: size, changed: file["changed"]?.int ?? 0), sha256: file["sha256"]?.string)
        }
        repositories = (json["repositories"]?.array ?? []).compactMap { repository in
            repository["root"]?.string.map {
                Repository(
                    root: $0, commit: repository["commit"]?.string, changed: Int(repository["changed"]?.int ?? 0))
            }
        }
    }
}

/// How a program's file looks without being read.
public struct CodeLook: Hashable, Sendable {
    /// Bytes, and nanoseconds of its last change since 1970.
    public var size: Int64, changed: Int64

    /// Describes a look.
    public init(size: Int64, changed: Int64) { (self.size, self.changed) = (size, changed) }

    /// By what a content is known that nobody reads: `BYTES@NANOSECONDS`.
    public var content: String { "\(size)@\(changed)" }
}
