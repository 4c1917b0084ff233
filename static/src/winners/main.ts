// The page `/g/{game}/winners`.
import '../base/base.css';
import '../base/kit.css';
import '../hub/hub.css';
import './winners.css';
import './engage-winners';
import '../hub/engage-games';
import { openPage } from '../hub/start';

openPage();
