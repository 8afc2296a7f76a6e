/** Settings, wiring and start-up; the only package that names adapters. */
@NullMarked
package dev.roadstead.config;

import org.jspecify.annotations.NullMarked;
