"""The design system's Python side: icons, tones, figures and filters, without templates."""
