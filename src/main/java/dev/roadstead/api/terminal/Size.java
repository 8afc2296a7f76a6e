package dev.roadstead.api.terminal;

/** Of a terminal. */
record Size(int columns, int rows) {}
