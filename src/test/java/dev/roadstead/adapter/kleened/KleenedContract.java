package dev.roadstead.adapter.kleened;

import dev.roadstead.engine.EngineContract;
import dev.roadstead.image.ImportSpec;

/** The contract as Kleened has to keep it. */
interface KleenedContract extends EngineContract {
    @Override
    default String image() {
        return "FreeBSD:testing";
    }

    /** An image has one name. */
    @Override
    default boolean imagesHaveSeveralNames() {
        return false;
    }

    @Override
    default String anotherUser() {
        return "www";
    }

    @Override
    default ImportSpec importing(String reference) {
        return new ImportSpec("zfs-clone", null, "zroot/kleene_basejail", reference);
    }
}
