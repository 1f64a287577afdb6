"""The design system's Python side: icons, tones, figures and times, without templates or models."""
