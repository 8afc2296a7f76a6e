/** Engines that are known by their API description alone: no operation of the unified API, every one of their own. */
@NullMarked
package dev.roadstead.adapter.openapi;

import org.jspecify.annotations.NullMarked;
