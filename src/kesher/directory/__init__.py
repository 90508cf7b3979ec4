"""Services, programmes, locations, and how they come in and stay true."""
