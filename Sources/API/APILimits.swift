import NIOCore

/// How much one client may take of the daemon.
///
/// Hitting a limit is an answer or a closed connection, never a hang.
enum APILimits {
    /// Of one request; read in pieces, so a larger one is never held.
    static let bodyBytesMax = 8 * 1_024 * 1_024
    /// Of all requests being read at the same time.
    static let bodyBytesInFlightMax = 32 * 1_024 * 1_024
    static let headerBytesMax = 16 * 1_024
    static let headerFieldsMax = 64
    /// For a further client the connection that has been silent longest is closed.
    static let connections = ConnectionTable.Limits(all: 128, ofOneUser: 64, kept: 8)
    /// How long a request may wait for a record, in seconds; below `idleTimeout` and the patience of most clients.
    static let waitSecondsMax = 30
    /// How long a connection may be silent between requests, or within one.
    static let idleTimeout = TimeAmount.seconds(60)
    /// How long a request body may take from its first to its last byte.
    static let bodyTimeout = TimeAmount.seconds(60)
    /// How long an answer may wait for a client that does not read.
    static let stalledTimeout = TimeAmount.seconds(30)
    /// How long requests that are being read or answered may hold up the daemon's stop.
    static let stopTimeout = Duration.milliseconds(500)
    /// How long a client that was refused in mid-body may go on sending before its connection is closed: closed at once,
    /// it would not get to read the answer.
    static let lingerTimeout = TimeAmount.seconds(2)
}
