"""The ground floor: what every domain stands on and what knows of none of them."""
