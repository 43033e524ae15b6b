package io.polyfn.core.platform;

/** A switch that the platform decides unless the user does. */
public enum AutoSwitch {
    AUTO,
    ON,
    OFF;

    /** Whether it is on. */
    public boolean isOn(boolean automatic) {
        return this == AUTO ? automatic : this == ON;
    }
}
