package dev.roadstead.fleet;

import dev.roadstead.container.Container;
import dev.roadstead.container.Cuid;
import dev.roadstead.engine.Engine;

/** A container, the engine it is on, and its unified id. */
public record Located(Engine engine, Container container, Cuid cuid) {
    /** Whether it was made through a gateway. */
    public boolean isManaged() {
        return Identities.labelled(container).isPresent();
    }
}
