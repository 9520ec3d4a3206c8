extension Planner {
    /// The positions of `count` of the jobs, spread over points and scenes alike: the k-th is of the k-th part of the
    /// points, and of scenes a step apart. The same input gives the same ones.
    static func canaries(_ count: Int, points: Int, scenes: Int) -> [Int] {
        let (points, scenes) = (max(1, points), max(1, scenes))
        let most = min(count, points * scenes)
        guard most > 0 else { return [] }
        var chosen: [Int] = []
        var taken: Set<Int> = []
        for number in 0..<most {
            let point = number * points / most
            var job = point * scenes + number * scenes / most % scenes
            // One that is taken gives way to the next of the table.
            while !taken.insert(job).inserted { job = (job + 1) % (points * scenes) }
            chosen.append(job)
        }
        return chosen.sorted()
    }
}
