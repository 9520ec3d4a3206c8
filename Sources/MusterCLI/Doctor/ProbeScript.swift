import MusterCore

/// What runs on the node, in bash: it looks around, writes what it saw as `KEY=VALUE` lines, and answers once about its
/// clock.
struct ProbeScript {
    var job: ProbeJob

    var text: String {
        """
        #!/bin/bash
        cd -- \(ShellWord.quote(job.folder)) || exit 3
        exec >report.new 2>probe.err </dev/null
        echo "node=$(hostname -s 2>/dev/null || hostname)"
        [ -e asked ] && echo "sees=yes"
        \(system)
        \(cgroup)
        \(devices)
        \(FileSystemFindings.claimsScript(job.folder))
        \(ring(job.bell, as: "ring"))
        \(ring(job.relayBell, as: "relay"))
        mv report.new report
        n=0; while [ ! -e now ] && [ $n -lt 600 ]; do sleep 0.05; n=$((n+1)); done
        date +%s.%N >time.new && mv time.new time
        exit 0
        """
    }

    private var system: String {
        let agent = ShellWord.quote(job.agent)
        return """
            echo "kernel=$(uname -r)"
            echo "libc=$(getconf GNU_LIBC_VERSION 2>/dev/null)"
            v=$(timeout 20 \(agent) --version 2>&1); echo "agent_status=$?"; echo "agent=$(echo "$v" | head -n 1)"
            """
    }

    /// The memory limit in force: the smallest on the way up.
    private var cgroup: String {
        """
        echo "cgroup=$(stat -fc %T /sys/fs/cgroup 2>/dev/null)"
        p=$(sed -n 's/^[0-9]*:\\([^:]*,\\)\\{0,1\\}memory\\(,[^:]*\\)\\{0,1\\}://p' /proc/self/cgroup | head -n 1)
        if [ -n "$p" ]; then m=/sys/fs/cgroup/memory; f=memory.limit_in_bytes; echo "controller=v1"
        else p=$(sed -n 's/^0:://p' /proc/self/cgroup); m=/sys/fs/cgroup; f=memory.max
          if grep -qw memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null; then echo "controller=v2"; fi; fi
        while :; do
          l=$(cat "$m$p/$f" 2>/dev/null); case $l in ''|max) ;; *) echo "limit=$l";; esac
          [ -n "$p" ] && [ "$p" != / ] || break
          p=${p%/*}
        done
        """
    }

    private var devices: String {
        """
        for d in /dev/nvidia[0-9]*; do [ -e "$d" ] && echo "device=$d"; done
        echo "visible=$CUDA_VISIBLE_DEVICES"
        if command -v nvidia-smi >/dev/null; then timeout 20 nvidia-smi -L 2>/dev/null | sed -n 's/^GPU/gpu=GPU/p'; fi
        echo "tmp=$(df -k --output=avail /tmp | sed -n 's/ //g;2p')"
        for v in TMPDIR SLURM_TMPDIR JOBTMP SCRATCH LOCAL_SCRATCH SCRATCHDIR; do
          [ -n "${!v}" ] && [ -w "${!v}" ] && echo "scratch=$v ${!v} $(df -k --output=avail -- "${!v}" | sed -n 's/ //g;2p')"
        done
        """
    }

    /// Rings where the collector or a relay would stand, and says what came back.
    private func ring(_ bell: Doorbell.Address?, as key: String) -> String {
        guard let bell else { return ":" }
        return """
            a=$(timeout 10 bash -c 'exec 3<>"/dev/tcp/$1/$2" && echo "$3" >&3 && IFS= read -r -t 8 a <&3 && echo "$a"' \
            ring \(ShellWord.quote(bell.host)) \(bell.port) \(bell.call) 2>&1) || a="failed: $a"
            echo "\(key)=$(echo "$a" | tail -n 1 | sed 's/^bash: line [0-9]*: //')"
            """
    }
}
