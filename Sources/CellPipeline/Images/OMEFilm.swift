extension Film {
    /// Follows OME-XML to the planes; every plane must have a page of its own.
    init(_ description: OMEDescription, pageCount: Int) throws(ImageFault) {
        if description.images.isEmpty {
            throw "its OME-XML describes no image; the description may lie in another file"
        }
        if description.files.count > 1 {
            throw "its planes lie in \(description.files.count) files; join them into one with bfconvert"
        }
        var nextPage = 0
        var films: [Film] = []
        for image in description.images {
            if films.count > pageCount { throw "its OME-XML describes more images than it has pages" }
            films.append(try Film(image, pageCount: pageCount, nextPage: &nextPage))
        }
        try Self.separate(&films, pageCount: pageCount)
        self = films[0]
        for (index, film) in films.enumerated().dropFirst() {
            guard film.size == size, film.times == times, film.slices == slices,
                film.channels.count == channels.count
            else {
                throw "its images differ: \(films[0].form) in the first, \(film.form) in number \(index + 1)"
            }
            fields += film.fields
        }
    }

    /// No page may belong to two images. One mistake is unmistakable and undone: the pages of each image numbered from 0,
    /// in a file that holds them one image after the other, as exports of the Python package nd2 are.
    private static func separate(_ films: inout [Film], pageCount: Int) throws(ImageFault) {
        var owner = [Int32](repeating: -1, count: pageCount)
        var clash: (page: Int, first: Int, second: Int)?
        for (index, film) in films.enumerated() {
            for page in film.fields[0].planes {
                if owner[Int(page)] >= 0 && clash == nil { clash = (Int(page), Int(owner[Int(page)]), index) }
                owner[Int(page)] = Int32(index)
            }
        }
        guard let clash else { return }
        let planes = films[0].fields[0].planes
        let isRepeated = films.allSatisfy { $0.fields[0].planes == planes } && Set(planes).count == planes.count
        guard isRepeated, planes.max() == Int32(planes.count - 1), planes.count * films.count == pageCount else {
            throw
                "its OME-XML gives page \(clash.page) to image \(clash.first + 1) and again to image \(clash.second + 1)"
        }
        for index in films.indices {
            films[index].fields[0].planes = planes.map { $0 + Int32(index * planes.count) }
        }
    }

    private var form: String {
        "\(size.width) x \(size.height) pixels, \(channels.count) channels, \(times) times, \(slices) slices"
    }

    private init(_ image: OMEDescription.Image, pageCount: Int, nextPage: inout Int) throws(ImageFault) {
        func size(_ key: String) throws(ImageFault) -> Int {
            guard let value = try OMEDescription.number(image.pixels, key), value > 0 else {
                throw "its OME-XML lacks \(key), or it is 0"
            }
            return value
        }
        let axes: [Character: (axis: Layout.Axis, length: Int)] = [
            "C": (.channel, try size("SizeC")), "T": (.time, try size("SizeT")), "Z": (.slice, try size("SizeZ")),
        ]
        let order = image.pixels["DimensionOrder"] ?? "XYZCT"
        guard order.hasPrefix("XY"), order.count == 5, Set(order.dropFirst(2)) == ["C", "T", "Z"] else {
            throw "its OME-XML says DimensionOrder=\"\(order.prefix(20))\""
        }
        var total = 1
        for (_, length) in axes.values {
            let (product, overflow) = total.multipliedReportingOverflow(by: length)
            if overflow || product > pageCount {
                throw "its OME-XML describes more planes than the \(pageCount) pages that it has"
            }
            total = product
        }
        let lengths = Dictionary(uniqueKeysWithValues: axes.values.map { ($0.axis, $0.length) })
        let table = try Layout(order: order.dropFirst(2).compactMap { axes[$0]?.axis }, lengths: lengths)
            .planes(count: total)
        let pages = try Self.pages(image, table, total: total, pageCount: pageCount, nextPage: &nextPage)
        let frame = FrameSize(height: try size("SizeY"), width: try size("SizeX"))
        self.init(table, pages: pages, size: frame, origin: .ome)
        for index in channels.indices where index < image.channels.count { channels[index] = image.channels[index] }
        fields[0].name = image.name
        fields[0].times = Self.times(image, count: times)
        if let text = image.pixels["PhysicalSizeX"], let value = Double(text), value > 0, value.isFinite {
            pixelMicrometres = OMEUnit.micrometres(image.pixels["PhysicalSizeXUnit"]).map { $0 * value }
        }
    }

    /// The page of each plane, in the order of dimensions.
    private static func pages(
        _ image: OMEDescription.Image, _ table: PlaneTable, total: Int, pageCount: Int, nextPage: inout Int
    ) throws(ImageFault) -> [Int32] {
        var pages = [Int32](repeating: -1, count: total)
        // Without any TiffData images follow each other; with one, what it leaves open has the specification's defaults.
        let blocks = image.blocks.isEmpty ? [.init(page: nextPage)] : image.blocks
        for block in blocks {
            guard block.channel < table.channels, block.time < table.times, block.slice < table.slices else {
                throw "its OME-XML has a TiffData outside of the image"
            }
            let start = table.plane(field: 0, time: block.time, channel: block.channel, slice: block.slice)
            let isOpen = image.blocks.isEmpty || block.page == nil
            let given = block.count.flatMap { $0 > 0 ? $0 : nil }
            let count = given ?? (isOpen ? total - start : 1)
            let first = block.page ?? 0
            guard count <= total - start, first <= pageCount, count <= pageCount - first else {
                throw
                    "its OME-XML has a TiffData of \(count) planes from page \(first) on, and it has \(pageCount) pages"
            }
            for index in 0..<count { pages[start + index] = Int32(first + index) }
            nextPage = max(nextPage, first + count)
        }
        if let missing = pages.firstIndex(of: -1) { throw "its OME-XML names no page for plane \(missing) of \(total)" }
        return pages
    }

    /// The times of the planes where all have one, else multiples of the increment.
    private static func times(_ image: OMEDescription.Image, count: Int) -> [Double]? {
        let known = (0..<count).compactMap { image.deltas[$0]?.milliseconds }
        if known.count == count { return known }
        guard let text = image.pixels["TimeIncrement"], let value = Double(text), value > 0, value.isFinite,
            let unit = OMEUnit.milliseconds(image.pixels["TimeIncrementUnit"])
        else { return nil }
        return (0..<count).map { Double($0) * value * unit }
    }
}
