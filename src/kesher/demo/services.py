"""All the offers of the demo town, in the order of the front page's themes."""

from kesher.demo.offers import Offer
from kesher.demo.services_business import BUSINESS
from kesher.demo.services_family import FAMILY
from kesher.demo.services_home import HOME
from kesher.demo.services_learning import LEARNING
from kesher.demo.services_work import WORK

OFFERS: tuple[Offer, ...] = (*LEARNING, *WORK, *BUSINESS, *HOME, *FAMILY)
