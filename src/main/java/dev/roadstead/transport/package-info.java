/** Bytes to an engine: HTTP over unix socket, TCP and (mutual) TLS, streams and their decoders. */
@NullMarked
package dev.roadstead.transport;

import org.jspecify.annotations.NullMarked;
