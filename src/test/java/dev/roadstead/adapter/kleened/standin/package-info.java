/** A stand-in for Kleened in tests, written from recordings of the real daemon. */
@NullMarked
package dev.roadstead.adapter.kleened.standin;

import org.jspecify.annotations.NullMarked;
