/** Podman: libpod's own HTTP API, versions 4.0 and later. */
@NullMarked
package dev.roadstead.adapter.podman;

import org.jspecify.annotations.NullMarked;
