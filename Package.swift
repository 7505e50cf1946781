// swift-tools-version: 6.2
import PackageDescription

/// For modules that use both NIO and `stat`: a release build takes its members for those of a C module inside NIO, which
/// nobody can import.
let strictButMembers: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let strict: [SwiftSetting] = strictButMembers + [.enableUpcomingFeature("MemberImportVisibility")]

/// A room: one target under Sources.
///
/// What it may import is what it lists here, and the tidy tests
/// hold the source text to the same table.
func room(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    exclude: [String] = [],
    settings: [SwiftSetting] = strict
) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioConcurrency = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "slawatch",
    products: [
        .executable(name: "slawatchd", targets: ["slawatchd"]),
        .executable(name: "slactl", targets: ["slactl"]),
    ],
    dependencies: [
        // Commands, options, help and shell completion of both binaries.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        // slactl speaks HTTP over the Unix socket; later the webhook outlet.
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        // SQLite with transactions, prepared statements and migrations done right.
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        // The HTTP server behind the API.
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        // The names of HTTP methods, fields and statuses that Hummingbird's interface uses.
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0", traits: []),
        // YAML with the line and column of every value.
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        // The logger type that Hummingbird and ServiceLifecycle take.
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        // The channel below Hummingbird, asked for the peer's user.
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        // Start, signals and orderly stop of the daemon's services.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // Without its pkg-config file, which would also link libicalss, libicalvcal and with them Berkeley DB.
        .systemLibrary(name: "CLibical", providers: [.apt(["libical-dev"])]),
        .systemLibrary(name: "CConcurrency"),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        room("TimeBase"),
        room("WorkingTime", ["TimeBase"]),
        room("ICal", ["TimeBase", "WorkingTime", "CLibical"]),
        room("Engine", ["TimeBase", "WorkingTime"]),
        room("Loop", ["TimeBase", "WorkingTime", "Engine"]),
        room("Config", ["TimeBase", "WorkingTime", "Engine", "ICal", yams]),
        room("Store", ["TimeBase", "WorkingTime", "Engine", "Loop", grdb]),
        room("Wire", ["TimeBase", "Engine"]),
        room("Intake", ["TimeBase", "Engine"]),
        room("Simulation", ["TimeBase", "WorkingTime", "Engine", "Loop", "Intake", "Wire"]),
        room("Outlets", ["TimeBase", "Engine"]),
        // Structs of C such as `timespec` belong to whichever of Glibc and CSystemd is read first.
        room("Host", ["TimeBase", "CConcurrency", "CSystemd"], settings: strictButMembers),
        room(
            "API",
            [
                "TimeBase", "Engine", "Intake", "Wire", hummingbird, hummingbirdCore, httpTypes, nioConcurrency,
                nioCore,
                nioPosix, logging,
                lifecycle,
            ],
            exclude: ["openapi.yaml"],
            settings: strictButMembers
        ),
        room(
            "Daemon",
            [
                "TimeBase", "WorkingTime", "Engine", "Loop", "Config", "Store", "Intake", "Outlets", "Host", "API",
                hummingbird, lifecycle, logging, unixSignals,
            ]
        ),
        .executableTarget(name: "slawatchd", dependencies: ["Daemon", argumentParser], swiftSettings: strict),
        .executableTarget(
            name: "slactl",
            dependencies: [
                "TimeBase", "WorkingTime", "Engine", "Config", "ICal", "Intake", "Wire", "Simulation", "CZlib",
                argumentParser, asyncHTTPClient, nioCore, nioHTTP1, nioPosix, unixSignals,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Support",
            dependencies: ["TimeBase", "WorkingTime", "Engine"],
            path: "Tests/Support",
            swiftSettings: strict
        ),
        tests(
            "APITests",
            [
                "API", "Intake", "Engine", "WorkingTime", "TimeBase", hummingbird, hummingbirdTesting, httpTypes,
                lifecycle, logging,
                nioCore, nioEmbedded, nioPosix, yams,
            ]
        ),
        tests("ConfigTests", ["Config", "Engine", "WorkingTime", "TimeBase", "Support"], exclude: ["Mistakes"]),
        tests(
            "DaemonTests",
            [
                "slawatchd", "slactl", "Daemon", "Host", "Store", "Loop", "Config", "Intake", "Engine", "WorkingTime",
                "TimeBase",
                "CZlib",
            ],
            exclude: ["terminal.py"]
        ),
        tests("EngineTests", ["Engine", "WorkingTime", "TimeBase", "Support"]),
        tests(
            "HostTests",
            ["Host", "Outlets", "Engine", "TimeBase", "Support", "CSystemd"],
            exclude: ["journald-lab.sh"]
        ),
        tests(
            "ICalTests",
            ["ICal", "WorkingTime", "TimeBase", "Support"],
            exclude: ["Producers", "compare-feeds.py"]
        ),
        tests("IntakeTests", ["Intake", "Engine", "TimeBase"]),
        tests("LoopTests", ["Loop", "Engine", "WorkingTime", "TimeBase", "Support"]),
        tests("OutletsTests", ["Outlets", "Engine", "WorkingTime", "TimeBase", "Support"]),
        tests(
            "SimulationTests",
            ["Simulation", "Config", "Intake", "Engine", "WorkingTime", "TimeBase", "Support"],
            exclude: ["Scenarios"]
        ),
        tests(
            "SlactlTests",
            ["slactl", "Simulation", "Config", "Engine", "WorkingTime", "TimeBase", "Support", argumentParser],
            exclude: ["calendar-oracle.py"]
        ),
        tests("StoreTests", ["Store", "Loop", "Engine", "TimeBase", "Support", grdb], exclude: ["Data"]),
        tests("TidyTests"),
        tests("TimeBaseTests", ["TimeBase", "Support"]),
        tests("WorkingTimeTests", ["WorkingTime", "TimeBase", "Support"]),
    ],
    swiftLanguageModes: [.v6]
)

// The benchmark sees what crosses rooms, and nobody else has to build it: `make bench` does.
if Context.environment["SLAWATCH_BENCH"] != nil {
    package.targets.append(
        .executableTarget(
            name: "bench",
            dependencies: ["TimeBase", "WorkingTime", "Engine", "Loop", "Config", "Store", "Host"],
            path: "Tests/Bench/Program",
            swiftSettings: strict
        )
    )
}

// Fuzzers have no `main` of their own, so they are there only where libFuzzer brings one: `make fuzz` does.
if Context.environment["SLAWATCH_FUZZ"] != nil {
    for (name, rooms) in [
        "FuzzCanary": ["TimeBase"], "FuzzFeed": ["ICal", "WorkingTime", "TimeBase"],
        "FuzzPolicy": ["Config", "TimeBase"],
        "FuzzZone": ["TimeBase"],
    ] as [String: [Target.Dependency]] {
        package.targets.append(
            .executableTarget(name: name, dependencies: rooms, path: "Tests/Fuzz/\(name)", swiftSettings: strict)
        )
    }
}
