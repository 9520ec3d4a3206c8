import MusterCore

/// What kind of file system it is, and whether what keeps two agents apart works on it.
enum FileSystemFindings {
    private static let shared: Set<String> = [
        "nfs", "nfs4", "lustre", "gpfs", "beegfs", "ceph", "afs", "panfs", "pvfs2", "orangefs", "wekafs", "glusterfs",
        "fuse.glusterfs", "fuse.ceph", "fuse.beegfs", "fuse.lustre", "fuse.cvmfs2",
    ]
    private static let doubtful: Set<String> = ["cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "vfat", "exfat"]

    /// The type, from the answers to the script of ``SpaceFindings``.
    static func type(_ answers: Answers, backend: ClusterSpec.Backend, file: String) -> Finding {
        guard let type = (answers["df"] ?? "").split(separator: " ").dropFirst(4).first.map(String.init) else {
            return .warning("df did not tell", cure: "see: df -T")
        }
        let text = "\(type) at \(answers["target"] ?? "?")"
        if doubtful.contains(type) {
            return .warning(text, cure: "such file systems lose links and renames: set another 'workdir' in \(file)")
        }
        switch backend {
        case .local:
            guard shared.contains(type) else { return .ok(text) }
            return .warning(
                "\(text): a network file system, on which the history is slower and its locks must work",
                cure: "name a folder of this machine: export MUSTER_STATE=/local/folder")
        case .slurm:
            return .ok(shared.contains(type) ? "\(text), a network file system" : "\(text), as the login node sees it")
        }
    }

    /// Tries, in `folder`, each act that decides between two agents; also eight at once, of which one may win.
    static func claimsScript(_ folder: String) -> String {
        """
        (
        cd -- \(ShellWord.quote(folder)) || exit 1
        t=$(mktemp -d ./claims-XXXXXX) && cd "$t" || exit 1
        echo a >one; echo b >two
        l=no; ln one name 2>/dev/null && l=yes
        if [ $l = yes ]; then ln two name 2>/dev/null && l=twice; [ "$(cat name)" = a ] || l=replaced; fi
        echo "link=$l"
        if [ $l = yes ]; then
          : >won; for i in 1 2 3 4 5 6 7 8; do { echo $i >c$i; ln c$i race 2>/dev/null && echo won >>won; } & done; wait
          echo "race=$(wc -l <won)"
        fi
        m=no; mkdir dir 2>/dev/null && m=yes; mkdir dir 2>/dev/null && m=twice; echo "mkdir=$m"
        set -C
        x=no; { echo c >made; } 2>/dev/null && x=yes; { echo d >made; } 2>/dev/null && x=twice; echo "create=$x"
        set +C
        r=no; mv -f two one && [ "$(cat one)" = b ] && r=yes; echo "rename=$r"
        mkdir full other; echo x >full/x
        p=yes; mv -T other full 2>/dev/null && p=replaced; echo "publish=$p"
        cd .. && rm -rf -- "$t"
        )
        """
    }

    static func claims(_ answers: Answers, file: String) -> Finding {
        guard answers["link"] != nil, answers["publish"] != nil else {
            return .wrong("the trial did not end", cure: "see the line 'workdir' and try again")
        }
        var broken: [String] = []
        if let link = answers["link"], link != "yes", link != "no" { broken.append("a link \(link)") }
        if let race = answers["race"], race.filter(\.isNumber) != "1" { broken.append("\(race) winners of one link") }
        for key in ["mkdir", "create", "rename", "publish"] {
            if let said = answers[key], said != "yes" { broken.append("\(key): \(said)") }
        }
        guard broken.isEmpty else {
            return .wrong(
                "two agents could take the same work here: \(broken.joined(separator: ", "))",
                cure: "set another 'workdir' in \(file), on another file system")
        }
        if answers["link"] == "no" {
            return .warning(
                "no hard links; files that are created exclusively serve instead",
                cure: "nothing must be done; a 'workdir' on another file system would have both")
        }
        return .ok("links, folders, exclusive files and renames are taken once")
    }
}
