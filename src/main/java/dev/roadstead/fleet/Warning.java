package dev.roadstead.fleet;

import dev.roadstead.engine.EngineName;

/** An engine whose part is missing from an answer, and why. */
public record Warning(EngineName engine, Throwable failure) {}
