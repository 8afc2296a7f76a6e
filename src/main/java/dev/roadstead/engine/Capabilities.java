package dev.roadstead.engine;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** Every capability of one engine; what was not said is unsupported, since nobody vouches for it. */
public record Capabilities(Map<Capability, Capability.Support> supports) {
    private static final Capability.Support UNDECLARED =
            Capability.Support.unsupported("the adapter does not declare it");

    public Capabilities {
        EnumMap<Capability, Capability.Support> all = new EnumMap<>(Capability.class);
        for (Capability capability : Capability.values()) {
            all.put(capability, supports.getOrDefault(capability, UNDECLARED));
        }
        supports = Collections.unmodifiableMap(all);
    }

    /** All native but these. */
    public static Capabilities allNativeBut(Map<Capability, Capability.Support> others) {
        EnumMap<Capability, Capability.Support> all = new EnumMap<>(Capability.class);
        for (Capability capability : Capability.values()) {
            all.put(capability, others.getOrDefault(capability, Capability.Support.NATIVE));
        }
        return new Capabilities(all);
    }

    /** How far the engine offers it. */
    public Capability.Support of(Capability capability) {
        return supports.getOrDefault(capability, UNDECLARED);
    }

    /** Tells whether the engine offers it, natively or emulated. */
    public boolean has(Capability capability) {
        return of(capability).level() != Capability.Level.UNSUPPORTED;
    }
}
