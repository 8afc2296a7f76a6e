/** What an engine must offer (the SPI), what it can do, and how it fails. */
@NullMarked
package dev.roadstead.engine;

import org.jspecify.annotations.NullMarked;
