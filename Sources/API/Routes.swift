package import Hummingbird
package import TimeBase

/// The router over `desk`, every endpoint registered.
///
/// - Parameters:
///   - desk: Does what is asked.
///   - now: The wall clock; gives events without `at` their time and answers their `now`.
///   - names: Turns the user ids of clients into names.
/// - Returns: A router without a server: `APIServer` brings that, tests do without.
package func makeRouter(
    desk: some Desk,
    now: @escaping @Sendable () -> Instant,
    names: UserNames = UserNames()
) -> Router<APIContext> {
    let router = Router(context: APIContext.self, options: [.autoGenerateHeadEndpoints])
    router.add(middleware: DateMiddleware(now: now))
    router.add(middleware: ProblemMiddleware())
    // One for all: what is read at the same time has one limit.
    let bodies = RequestBodies()
    let events = EventsRoute(desk: desk, now: now, names: names, bodies: bodies)
    let acknowledgements = AcknowledgementsRoute(desk: desk, now: now, names: names)
    let policy = PolicyRoute(desk: desk, bodies: bodies)
    let cases = CasesRoute(desk: desk, now: now)
    let records = RecordsRoute(desk: desk, now: now)
    let daemon = DaemonRoute(desk: desk)
    for endpoint in Endpoint.allCases {
        let path = RouterPath(endpoint.path)
        switch endpoint {
        case .postEvents: router.on(path, method: endpoint.method, use: events.respond)
        case .listCases: router.on(path, method: endpoint.method, use: cases.list)
        case .showCase: router.on(path, method: endpoint.method, use: cases.show)
        case .explainCase: router.on(path, method: endpoint.method, use: cases.explain)
        case .listRecords: router.on(path, method: endpoint.method, use: records.list)
        case .completeCases: router.on(path, method: endpoint.method, use: cases.complete)
        case .showPolicy: router.on(path, method: endpoint.method, use: policy.show)
        case .acknowledgeCases: router.on(path, method: endpoint.method, use: acknowledgements.respond)
        case .previewPolicy: router.on(path, method: endpoint.method, use: policy.preview)
        case .listWords: router.on(path, method: endpoint.method, use: policy.words)
        case .showStatus: router.on(path, method: endpoint.method, use: daemon.status)
        case .checkHealth: router.on(path, method: endpoint.method) { _, _ in Response.text("ok\n") }
        case .checkReadiness: router.on(path, method: endpoint.method, use: daemon.readiness)
        case .reload: router.on(path, method: endpoint.method, use: daemon.reload)
        case .readMetrics: router.on(path, method: endpoint.method, use: daemon.metrics)
        }
    }
    return router
}
