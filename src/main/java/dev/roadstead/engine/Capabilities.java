package dev.roadstead.engine;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** Every capability of one engine; what was not said is unsupported, since nobody vouches for it. */
public record Capabilities(Map<Capability, Capability.Support> supports) {
    private static final Capability.Support UNDECLARED =
            Capability.Support.unsupported("the adapter does not declare it");

    /** Few kinds of engines have it, or the gateway does it on few: those that do say so. */
    private static final Map<Capability, Capability.Support> RARE = Map.of(
            Capability.IMAGE_IMPORT,
            Capability.Support.unsupported("images come here by a pull or a load"),
            Capability.IMAGE_BUILD,
            Capability.Support.unsupported("the gateway builds no images on engines of this kind"));

    public Capabilities {
        EnumMap<Capability, Capability.Support> all = new EnumMap<>(Capability.class);
        for (Capability capability : Capability.values()) {
            all.put(capability, supports.getOrDefault(capability, UNDECLARED));
        }
        supports = Collections.unmodifiableMap(all);
    }

    /** All native but these, and but what few engines have. */
    public static Capabilities allNativeBut(Map<Capability, Capability.Support> others) {
        EnumMap<Capability, Capability.Support> all = new EnumMap<>(Capability.class);
        for (Capability capability : Capability.values()) {
            Capability.Support usual = RARE.getOrDefault(capability, Capability.Support.NATIVE);
            all.put(capability, others.getOrDefault(capability, usual));
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
