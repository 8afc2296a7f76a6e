/** WebSockets: the handshake, the frames both ways in their two forms, and what every conversation has in common. */
@NullMarked
package dev.roadstead.api.socket;

import org.jspecify.annotations.NullMarked;
