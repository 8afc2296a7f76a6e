package dev.roadstead.fleet;

/**
 * An event as it is told.
 *
 * @param id what whoever comes back names to go on behind it; opaque
 */
public record ToldEvent(String id, FleetEvent event) {}
