/** Kleened (REST and WebSocket API 0.1.1): containers that are jails of FreeBSD. */
@NullMarked
package dev.roadstead.adapter.kleened;

import org.jspecify.annotations.NullMarked;
