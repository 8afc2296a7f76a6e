package dev.roadstead.adapter.daemon;

import java.util.Map;
import java.util.Set;

/**
 * How one kind of daemon words its events.
 *
 * @param actions its words for what all engines have another one for, by type
 * @param noNews what it tells of containers that did not change them
 * @param facts where it tells facts of its own among a container's labels: their keys, by its action, and ours
 * @param noise keys of its own among a container's labels that tell nothing
 */
public record EventWords(
        Map<String, Map<String, String>> actions,
        Set<String> noNews,
        Map<String, Map<String, String>> facts,
        Set<String> noise) {}
