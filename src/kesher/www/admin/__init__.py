"""For those who administer the platform or their own organisation."""
