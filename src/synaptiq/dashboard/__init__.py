"""The pages people see: input → action or query → output. No rule of the business lives here."""
